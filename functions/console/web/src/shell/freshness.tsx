import { Badge, Tooltip } from '@mantine/core'
import { useHealth } from '../api/queries'
import { refreshMilliseconds, useFilters } from '../filters'
import { span } from '../ui/format'

/** How old the newest complete data are, and how often the page looks for newer ones. */
export function Freshness() {
  const [filters] = useFilters()
  const { data: health, isError } = useHealth()
  const seconds = refreshMilliseconds(filters)
  const polling = seconds
    ? `This page asks for news every ${seconds / 1000} s.`
    : 'The range is fixed: the page does not ask for news.'
  const isWell = !isError && health?.status === 'ok'
  return (
    <Tooltip
      multiline
      maw={300}
      label={`The pipeline is ${health?.status ?? 'unknown'}. Windows are final up to ${span(health?.cursor_age_seconds)} ago; what is younger is provisional. ${polling}`}
    >
      <Badge
        variant="dot"
        color={isWell ? 'teal' : health?.status === 'starting' ? 'yellow' : 'red'}
        tt="none"
        fw={500}
        role="status"
        tabIndex={0}
        className="freshness"
        miw="max-content"
      >
        {isError ? (
          'hub unreachable'
        ) : (
          <>
            <span className="wide">data to </span>
            {span(health?.cursor_age_seconds)} ago
          </>
        )}
        <span className="polling">{seconds ? ` · polling every ${seconds / 1000} s` : ' · fixed range'}</span>
      </Badge>
    </Tooltip>
  )
}
