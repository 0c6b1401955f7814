import { Autocomplete, SimpleGrid } from '@mantine/core'
import { useKnown } from '../api/queries'
import { words } from '../ui/format'

type Places = Record<string, string | null>

interface Props {
  dimensions: readonly string[]
  value: Places
  onChange: (value: Places) => void
}

/** Which value each dimension must have; left empty, any. */
export function WhereInput({ dimensions, value, onChange }: Props) {
  if (!dimensions.length) return null
  const put = (name: string, wanted: string) => {
    const { [name]: _, ...others } = value
    onChange(wanted ? { ...others, [name]: wanted } : others)
  }
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
      {dimensions.map((name) => (
        <One key={name} name={name} value={value[name] ?? ''} onChange={(wanted) => put(name, wanted)} />
      ))}
    </SimpleGrid>
  )
}

function One({ name, value, onChange }: { name: string; value: string; onChange: (value: string) => void }) {
  const { data } = useKnown({ kind: 'last', name: '24h' }, name)
  const known = (data ?? []).map((each) => (each.dimensions as Places)[name]).filter((each) => typeof each === 'string')
  return (
    <Autocomplete
      label={words(name)}
      placeholder="any"
      maxLength={256}
      data={[...new Set(known)].filter(Boolean)}
      value={value}
      onChange={onChange}
    />
  )
}
