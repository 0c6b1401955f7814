import { useFilters } from '../filters'
import { Board } from './board'
import { BOARDS, type BoardName } from './boards'

export default function BoardView({ name }: { name: BoardName }) {
  const [filters] = useFilters()
  return <Board board={BOARDS[name]} filters={filters} />
}
