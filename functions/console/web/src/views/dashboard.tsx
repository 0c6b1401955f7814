import 'react-grid-layout/css/styles.css'
import 'react-resizable/css/styles.css'
import { Badge, Button, Group, Menu, Modal, Select, Stack, Text, Textarea, TextInput, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import {
  IconChevronDown,
  IconDeviceFloppy,
  IconDownload,
  IconPencil,
  IconPlus,
  IconShare,
  IconTrash,
} from '@tabler/icons-react'
import { useCallback, useRef, useState } from 'react'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import { useDashboard, useDeletion, useKeeping, useSharing } from '../api/dashboards'
import { useMay } from '../api/queries'
import type { Dashboard } from '../api/types'
import type { EChartsType } from '../charts/engine'
import { savePicture, type Tile } from '../charts/export'
import { DARK, LIGHT } from '../charts/look'
import { saveParquet } from '../charts/parquet'
import { Adding } from '../dashboards/adding'
import { added, type Content, contentOf, specOf } from '../dashboards/content'
import { WidgetGrid } from '../dashboards/grid'
import { saveTables } from '../dashboards/tables'
import { template } from '../dashboards/templates'
import { useFilters } from '../filters'
import { copied } from '../shell/filter-bar'
import { Empty, Failed, Loading } from '../ui/states'
import { told } from '../ui/told'

export default function DashboardView() {
  const { id = 'new', token = null } = useParams()
  const [params] = useSearchParams()
  const isNew = id === 'new' && token === null
  const found = useDashboard(isNew || token ? null : id, token)
  if (isNew) {
    const chosen = template(params.get('template'))
    const name = chosen?.name ?? 'New dashboard'
    return (
      <Editor
        key={name}
        dashboard={null}
        name={name}
        description={chosen?.description ?? ''}
        content={chosen?.content ?? { version: 1, widgets: [] }}
      />
    )
  }
  if (found.isError) return <Failed error={found.error} again={() => void found.refetch()} />
  if (!found.data) return <Loading label="Loading the dashboard" />
  const { data } = found
  return (
    <Editor
      key={data.id}
      dashboard={data}
      isShared={token !== null}
      name={data.name}
      description={data.description ?? ''}
      content={contentOf(data.content)}
    />
  )
}

interface EditorProps {
  dashboard: Dashboard | null
  isShared?: boolean
  name: string
  description: string
  content: Content
}

function Editor({ dashboard, isShared = false, name, description, content }: EditorProps) {
  const [filters] = useFilters()
  const [widgets, setWidgets] = useState(content.widgets)
  const [isEditing, setIsEditing] = useState(dashboard === null)
  const [isAdding, setIsAdding] = useState(false)
  const [isKeeping, setIsKeeping] = useState(false)
  const may = useMay('dashboard:write') && !isShared
  const charts = useRef(new Map<string, EChartsType>())
  const onChart = useCallback((id: string, chart: EChartsType | null) => {
    if (chart) charts.current.set(id, chart)
    else charts.current.delete(id)
  }, [])
  return (
    <>
      <Group justify="space-between" mb="sm" gap="xs">
        <Group gap="xs">
          <Title order={2} size="h4">
            {name}
          </Title>
          {isShared ? <Badge variant="light">shared with you</Badge> : null}
          {isEditing ? (
            <Badge variant="light" color="yellow" tt="none">
              not kept yet
            </Badge>
          ) : null}
        </Group>
        <Group gap="xs">
          {isEditing ? (
            <>
              <Button
                size="xs"
                variant="default"
                leftSection={<IconPlus size={14} />}
                onClick={() => setIsAdding(true)}
              >
                Add a chart
              </Button>
              <Button
                size="xs"
                leftSection={<IconDeviceFloppy size={14} />}
                onClick={() => setIsKeeping(true)}
                disabled={!may}
              >
                Keep
              </Button>
            </>
          ) : (
            <>
              {may ? (
                <Button
                  size="xs"
                  variant="default"
                  leftSection={<IconPencil size={14} />}
                  onClick={() => setIsEditing(true)}
                >
                  Change
                </Button>
              ) : null}
              {may && dashboard ? <Share id={dashboard.id} /> : null}
            </>
          )}
          <Menu position="bottom-end">
            <Menu.Target>
              <Button
                size="xs"
                variant="default"
                leftSection={<IconDownload size={14} />}
                rightSection={<IconChevronDown size={12} />}
              >
                Export
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                onClick={() =>
                  void picture(
                    name,
                    charts.current,
                    widgets.map((each) => specOf(each)?.id ?? ''),
                  )
                }
              >
                As PNG
              </Menu.Item>
              <Menu.Item onClick={() => void saveTables(name, widgets, filters).catch(told)}>As CSV</Menu.Item>
              <Menu.Item
                onClick={() =>
                  void saveParquet(
                    name,
                    widgets.flatMap((each) => specOf(each) ?? []),
                    filters,
                  ).catch(told)
                }
              >
                As Parquet
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </Group>
      </Group>
      {description ? (
        <Text size="sm" c="dimmed" mb="sm">
          {description}
        </Text>
      ) : null}
      {widgets.length ? (
        <WidgetGrid widgets={widgets} filters={filters} isEditing={isEditing} onChange={setWidgets} onChart={onChart} />
      ) : (
        <Empty title="An empty dashboard">
          Add a chart: there are many to choose from, or write a formula of your own.
        </Empty>
      )}
      <Modal
        opened={isAdding}
        onClose={() => setIsAdding(false)}
        title="Add a chart"
        size="lg"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Adding
          onChosen={(what) => {
            setWidgets((old) => added(old, what))
            setIsAdding(false)
          }}
        />
      </Modal>
      <Modal
        opened={isKeeping}
        onClose={() => setIsKeeping(false)}
        title="Keep the dashboard"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Keeping
          dashboard={dashboard}
          name={name}
          description={description}
          content={{ version: 1, widgets }}
          onKept={() => {
            setIsKeeping(false)
            setIsEditing(false)
          }}
        />
      </Modal>
    </>
  )
}

function Share({ id }: { id: string }) {
  const share = useSharing()
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconShare size={14} />}
      loading={share.isPending}
      onClick={() =>
        share.mutate(id, {
          onSuccess: ({ token }) => void copied(`${location.href.split('#')[0]}#/dashboards/shared/${token}`),
          onError: told,
        })
      }
    >
      Share
    </Button>
  )
}

interface KeepingProps {
  dashboard: Dashboard | null
  name: string
  description: string
  content: Content
  onKept: () => void
}

function Keeping({ dashboard, name, description, content, onKept }: KeepingProps) {
  const navigate = useNavigate()
  const keep = useKeeping()
  const remove = useDeletion()
  const [called, setCalled] = useState(name)
  const [said, setSaid] = useState(description)
  const [visibility, setVisibility] = useState<'private' | 'tenant'>(dashboard?.visibility ?? 'private')
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        keep.mutate(
          {
            id: dashboard?.id ?? null,
            dashboard: {
              name: called,
              description: said,
              visibility,
              tags: dashboard?.tags ?? [],
              content,
              ...(dashboard ? { edition: dashboard.edition } : {}),
            },
          },
          {
            onSuccess: (kept) => {
              notifications.show({ message: 'The dashboard is kept.', color: 'teal' })
              onKept()
              void navigate(`/dashboards/${kept.id}`, { replace: true })
            },
          },
        )
      }}
    >
      <Stack gap="sm">
        <TextInput
          label="Name"
          required
          maxLength={200}
          value={called}
          onChange={(event) => setCalled(event.currentTarget.value)}
          data-autofocus
        />
        <Textarea
          label="Description"
          maxLength={2000}
          autosize
          minRows={2}
          value={said}
          onChange={(event) => setSaid(event.currentTarget.value)}
        />
        <Select
          label="Who sees it"
          allowDeselect={false}
          value={visibility}
          onChange={(value) => setVisibility(value === 'tenant' ? 'tenant' : 'private')}
          data={[
            { value: 'private', label: 'Only you, and who has a link you shared' },
            { value: 'tenant', label: 'Everybody of the tenant' },
          ]}
        />
        {keep.isError ? (
          <Text size="sm" c="red" role="alert">
            {keep.error.message}
          </Text>
        ) : null}
        <Group justify="space-between">
          {dashboard ? (
            <Button
              variant="subtle"
              color="red"
              leftSection={<IconTrash size={14} />}
              loading={remove.isPending}
              onClick={() =>
                remove.mutate(dashboard.id, { onSuccess: () => void navigate('/dashboards'), onError: told })
              }
            >
              Delete
            </Button>
          ) : (
            <span />
          )}
          <Button type="submit" loading={keep.isPending}>
            Keep
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

async function picture(name: string, charts: ReadonlyMap<string, EChartsType>, ids: readonly string[]): Promise<void> {
  const shown = ids.flatMap((id) => {
    const chart = charts.get(id)
    return chart ? [{ id, chart, box: chart.getDom().getBoundingClientRect() }] : []
  })
  const left = Math.min(...shown.map(({ box }) => box.left))
  const top = Math.min(...shown.map(({ box }) => box.top))
  const tiles: Tile[] = shown.map(({ chart, box }) => ({
    title: chart.getDom().closest('section')?.querySelector('h3')?.textContent ?? '',
    image: chart.renderToCanvas({ pixelRatio: devicePixelRatio }),
    x: box.left - left,
    y: box.top - top,
    width: box.width,
    height: box.height,
  }))
  const look = document.documentElement.dataset['mantineColorScheme'] === 'dark' ? DARK : LIGHT
  if (tiles.length) await savePicture(name, tiles, look.surface, look.text)
}
