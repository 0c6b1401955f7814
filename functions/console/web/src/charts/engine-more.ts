/** What only some charts need, beside ./engine. */

import {
  BoxplotChart,
  ChordChart,
  FunnelChart,
  GaugeChart,
  GraphChart,
  HeatmapChart,
  RadarChart,
  SankeyChart,
  ScatterChart,
  SunburstChart,
  ThemeRiverChart,
  TreemapChart,
} from 'echarts/charts'
import { CalendarComponent, RadarComponent, SingleAxisComponent, VisualMapComponent } from 'echarts/components'
import { use } from 'echarts/core'

use([
  BoxplotChart,
  ChordChart,
  FunnelChart,
  GaugeChart,
  GraphChart,
  HeatmapChart,
  RadarChart,
  SankeyChart,
  ScatterChart,
  SunburstChart,
  ThemeRiverChart,
  TreemapChart,
  CalendarComponent,
  RadarComponent,
  SingleAxisComponent,
  VisualMapComponent,
])
