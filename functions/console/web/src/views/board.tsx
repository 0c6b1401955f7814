import { Title } from '@mantine/core'
import { useIntersection } from '@mantine/hooks'
import { type CSSProperties, Fragment, type ReactNode, useEffect, useState } from 'react'
import { chart } from '../charts/catalogue'
import { Panel } from '../charts/panel'
import type { ChartSpec } from '../charts/spec'
import { SeenContext } from '../charts/use-data'
import { type Filters, length } from '../filters'
import type { BoardSpec } from './boards'

const HEIGHT = 260

interface Props {
  board: BoardSpec
  filters: Filters
  /** What a view has of its own before and behind the first values. */
  first?: ReactNode
  last?: ReactNode
}

/** The charts of a view, each asked for when it comes near. */
export function Board({ board, filters, first, last }: Props) {
  return (
    <>
      {first || board.values.length ? (
        <div className="values" data-few={board.values.length + (first ? 3 : 0) < 6 || undefined}>
          {first}
          {board.values.map((id) => (
            <Panel key={id} spec={chart(id)} filters={filters} />
          ))}
          {last}
          {board.after?.map((id) => (
            <Panel key={id} spec={chart(id)} filters={filters} />
          ))}
        </div>
      ) : null}
      <div className="board">
        {board.sections.map((section) => (
          <Fragment key={section.charts[0]?.[0]}>
            {section.title ? (
              <Title order={2} size="h5" className="section-title">
                {section.title}
              </Title>
            ) : null}
            {section.charts
              .filter(([id]) => length(filters.range) >= (chart(id).leastRange ?? 0))
              .map(([id, span, height]) => (
                <Near key={id} spec={chart(id)} filters={filters} span={span} height={height ?? HEIGHT} />
              ))}
          </Fragment>
        ))}
      </div>
    </>
  )
}

interface NearProps {
  spec: ChartSpec
  filters: Filters
  span: number
  height: number
}

function Near({ spec, filters, span, height }: NearProps) {
  const { ref, entry } = useIntersection({ rootMargin: '300px' })
  const [isWanted, setIsWanted] = useState(false)
  const [isEmpty, setIsEmpty] = useState(false)
  useEffect(() => {
    if (entry?.isIntersecting) setIsWanted(true)
  }, [entry?.isIntersecting])
  return (
    <div
      ref={ref}
      className="near"
      data-empty={isEmpty || undefined}
      style={{ '--span': isEmpty ? 3 : span, minHeight: isEmpty ? 0 : height } as CSSProperties}
    >
      <SeenContext value={entry?.isIntersecting ?? false}>
        {isWanted ? <Panel spec={spec} filters={filters} height="auto" isBrief={isEmpty} onEmpty={setIsEmpty} /> : null}
      </SeenContext>
    </div>
  )
}
