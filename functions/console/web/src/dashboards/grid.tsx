import { ActionIcon, Menu } from '@mantine/core'
import {
  IconArrowDown,
  IconArrowLeft,
  IconArrowRight,
  IconArrowsHorizontal,
  IconArrowUp,
  IconCopy,
  IconGripVertical,
  IconTrash,
} from '@tabler/icons-react'
import ReactGridLayout, { type Layout, useContainerWidth } from 'react-grid-layout'
import type { EChartsType } from '../charts/engine'
import { Panel } from '../charts/panel'
import type { Filters } from '../filters'
import { Empty } from '../ui/states'
import { COLUMNS, changed, copied, ROW, specOf, type Widget } from './content'

const GAP = 12
const NARROW = 820

interface Props {
  widgets: readonly Widget[]
  filters: Filters
  isEditing: boolean
  onChange: (widgets: Widget[]) => void
  onChart: (id: string, chart: EChartsType | null) => void
}

/** The widgets where they stand; one below the other where there is no room for columns. */
export function WidgetGrid({ widgets, filters, isEditing, onChange, onChart }: Props) {
  const { width, containerRef, mounted } = useContainerWidth()
  const isNarrow = width < NARROW
  const columns = isNarrow ? 1 : COLUMNS
  const layout = isNarrow
    ? stacked(widgets)
    : widgets.map(({ id, x, y, w, h }) => ({ i: id, x, y, w, h, minW: 2, minH: 2 }))
  const moved = (places: Layout) => {
    if (isEditing && !isNarrow) onChange(placed(widgets, places))
  }
  return (
    <div ref={containerRef}>
      {mounted ? (
        <ReactGridLayout
          layout={layout}
          width={width}
          gridConfig={{ cols: columns, rowHeight: ROW, margin: [GAP, GAP], containerPadding: [0, 0] }}
          dragConfig={{ enabled: isEditing && !isNarrow, handle: '.grip' }}
          resizeConfig={{ enabled: isEditing && !isNarrow }}
          onLayoutChange={moved}
        >
          {widgets.map((widget) => (
            <div key={widget.id}>
              <One
                widget={widget}
                filters={filters}
                onChart={onChart}
                tools={isEditing ? <Tools widget={widget} widgets={widgets} onChange={onChange} /> : null}
              />
            </div>
          ))}
        </ReactGridLayout>
      ) : null}
    </div>
  )
}

function One({
  widget,
  filters,
  onChart,
  tools,
}: { widget: Widget; tools: React.ReactNode } & Pick<Props, 'filters' | 'onChart'>) {
  const spec = specOf(widget)
  if (!spec) {
    return (
      <Empty title="This chart is not there any more">
        {widget.chart} {tools}
      </Empty>
    )
  }
  return <Panel spec={spec} filters={filters} height="100%" beside={tools} onChart={onChart} />
}

function stacked(widgets: readonly Widget[]): Layout {
  const ordered = [...widgets].sort((one, other) => one.y - other.y || one.x - other.x)
  let y = 0
  return ordered.map(({ id, h }) => {
    y += h
    return { i: id, x: 0, y: y - h, w: 1, h }
  })
}

function placed(widgets: readonly Widget[], places: Layout): Widget[] {
  const known = new Map(places.map((place) => [place.i, place]))
  return widgets.map((widget) => {
    const place = known.get(widget.id)
    return place ? { ...widget, x: place.x, y: place.y, w: place.w, h: place.h } : widget
  })
}

/** What the mouse does by dragging, the keyboard does here. */
function Tools({ widget, widgets, onChange }: { widget: Widget } & Pick<Props, 'widgets' | 'onChange'>) {
  const move = (change: Partial<Widget>) => onChange(changed(widgets, widget.id, change))
  const title = specOf(widget)?.title ?? 'the chart'
  return (
    <span className="tools">
      <Menu position="bottom-end" withinPortal closeOnItemClick={false}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="sm" className="grip" aria-label={`Move or change ${title}`}>
            <IconGripVertical size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconArrowLeft size={14} />} onClick={() => move({ x: widget.x - 1 })}>
            To the left
          </Menu.Item>
          <Menu.Item leftSection={<IconArrowRight size={14} />} onClick={() => move({ x: widget.x + 1 })}>
            To the right
          </Menu.Item>
          <Menu.Item leftSection={<IconArrowUp size={14} />} onClick={() => move({ y: widget.y - 1 })}>
            Up
          </Menu.Item>
          <Menu.Item leftSection={<IconArrowDown size={14} />} onClick={() => move({ y: widget.y + widget.h })}>
            Down
          </Menu.Item>
          <Menu.Item leftSection={<IconArrowsHorizontal size={14} />} onClick={() => move({ w: widget.w + 1 })}>
            Wider
          </Menu.Item>
          <Menu.Item leftSection={<IconArrowsHorizontal size={14} />} onClick={() => move({ w: widget.w - 1 })}>
            Narrower
          </Menu.Item>
          <Menu.Item onClick={() => move({ h: widget.h + 1 })}>Taller</Menu.Item>
          <Menu.Item onClick={() => move({ h: widget.h - 1 })}>Shorter</Menu.Item>
          <Menu.Item leftSection={<IconCopy size={14} />} onClick={() => onChange(copied(widgets, widget.id))}>
            Copy
          </Menu.Item>
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={14} />}
            onClick={() => onChange(widgets.filter((each) => each.id !== widget.id))}
          >
            Take away
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </span>
  )
}
