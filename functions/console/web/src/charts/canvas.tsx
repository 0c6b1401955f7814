import { useComputedColorScheme } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import type { ElementEvent } from 'echarts/core'
import { useEffect, useRef } from 'react'
import { type Filters, type Span, STEP, spanOf } from '../filters'
import type { Dataset } from './data'
import { type Spot, spotOfItem } from './drill'
import type { EChartsType } from './engine'
import { DARK, LIGHT } from './look'
import { type Drawn, drawOf, OVER_TIME, SELDOM } from './options'
import type { ChartSpec } from './spec'
import { COARSE, resolutionFor } from './use-data'

interface Props {
  spec: ChartSpec & { kind: Drawn }
  data: Dataset
  filters: Filters
  label: string
  onSpot: (spot: Spot) => void
  onReady?: (chart: EChartsType | null) => void
}

interface Clicked {
  name?: string
  seriesName?: string
  value?: unknown
  data?: { name?: string; spot?: Spot }
}

/** One chart on a canvas. What can be done with the mouse here can be done with the panel's buttons too. */
export function Canvas({ spec, data, filters, label, onSpot, onReady }: Props) {
  const { ref: box, width, height } = useElementSize()
  const chart = useRef<EChartsType | null>(null)
  const place = useRef<HTMLDivElement>(null)
  const onGap = useRef<(event: ElementEvent) => void>(() => undefined)
  const spot = useRef(onSpot)
  spot.current = onSpot
  const look = useComputedColorScheme('light') === 'dark' ? DARK : LIGHT

  useEffect(
    () => () => {
      chart.current?.dispose()
      chart.current = null
      onReady?.(null)
    },
    [onReady],
  )

  useEffect(() => {
    if (!width || !height) return
    let isWanted = true
    void (async () => {
      const [{ init }, draw] = await Promise.all([
        import('./engine'),
        drawOf(spec.kind),
        SELDOM.has(spec.kind) ? import('./engine-more') : null,
      ])
      if (!isWanted || !place.current) return
      if (!chart.current) {
        chart.current = init(place.current, null, { renderer: 'canvas' })
        onReady?.(chart.current)
      }
      const drawn = chart.current
      const span = spanOf(filters.range)
      const step = Math.max(STEP[resolutionFor(spec, filters.range)], spec.source.of === 'anomalies' ? COARSE : 0)
      drawn.resize({ width, height })
      drawn.setOption(draw({ spec, data, look, ...span, step, width, height }), { notMerge: true })
      drawn.off('click')
      drawn.on('click', (clicked) => spot.current(spotOf(spec, data, clicked as Clicked, step)))
      // Without its function, `off` would take away the listener by which the engine tells of clicks on what is drawn.
      drawn.getZr().off('click', onGap.current)
      onGap.current = (event) => {
        if (event.target || !OVER_TIME.has(spec.kind)) return
        const [at] = drawn.convertFromPixel({ gridIndex: 0 }, [event.offsetX, event.offsetY]) as [number, number]
        spot.current({ span: windowAt(at, step) })
      }
      drawn.getZr().on('click', onGap.current)
    })()
    return () => {
      isWanted = false
    }
  }, [spec, data, look, filters, width, height, onReady])

  return (
    <div
      ref={box}
      role="img"
      aria-label={label}
      style={{ width: '100%', height: '100%', minHeight: 0, position: 'relative' }}
    >
      <div ref={place} style={{ position: 'absolute', inset: 0, cursor: spec.events ? 'pointer' : 'default' }} />
    </div>
  )
}

function windowAt(at: number, step: number): Span {
  const start = Math.floor(at / step) * step
  return { start, end: start + step }
}

function spotOf(spec: ChartSpec, data: Dataset, clicked: Clicked, step: number): Spot {
  if (clicked.data?.spot) return clicked.data.spot
  const isInTime = OVER_TIME.has(spec.kind) && Array.isArray(clicked.value)
  const name = isInTime ? clicked.seriesName : (clicked.data?.name ?? clicked.name ?? clicked.seriesName)
  const line = data.lines.find((each) => each.name === name || each.name.startsWith(`${name} · `))
  const item = data.items.find((each) => each.name === name)
  return {
    ...(isInTime ? { span: windowAt((clicked.value as [number])[0], step) } : {}),
    ...(item ? spotOfItem(item) : {}),
    ...(line ? { dimensions: line.dimensions } : {}),
  }
}
