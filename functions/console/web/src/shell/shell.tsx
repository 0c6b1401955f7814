import {
  ActionIcon,
  AppShell,
  Badge,
  Burger,
  Group,
  Menu,
  NavLink,
  ScrollArea,
  Text,
  Tooltip,
  useMantineColorScheme,
} from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import {
  IconActivity,
  IconAlertTriangle,
  IconBellRinging,
  IconBinaryTree2,
  IconBrain,
  IconChartHistogram,
  IconCoin,
  IconFingerprint,
  IconGavel,
  IconHome,
  IconKey,
  IconLayoutDashboard,
  IconListDetails,
  IconLogout,
  IconMoon,
  IconSettings,
  IconShieldLock,
  IconSun,
  IconUserCircle,
} from '@tabler/icons-react'
import { Suspense } from 'react'
import { Link, Outlet, useLocation, useSearchParams } from 'react-router'
import { useAnomalies, useIncidents, useMe } from '../api/queries'
import { useFilters, written } from '../filters'
import { useHub } from '../hub'
import icon from '../icon.svg'
import { usePreferred } from '../preferences'
import { Loading } from '../ui/states'
import { FilterBar } from './filter-bar'
import { Freshness } from './freshness'
import { OpenMinute } from './open-minute'

const PLACES = [
  { to: '/', label: 'Overview', icon: IconHome, filtered: true },
  { to: '/models', label: 'Models', icon: IconBrain, filtered: true },
  { to: '/cost', label: 'Cost and budgets', icon: IconCoin, filtered: true },
  { to: '/security', label: 'Security', icon: IconShieldLock, filtered: true },
  { to: '/governance', label: 'Governance', icon: IconGavel, filtered: true },
  { to: '/anomalies', label: 'Anomalies', icon: IconAlertTriangle, filtered: true },
  { to: '/incidents', label: 'Incidents', icon: IconBinaryTree2, filtered: true },
  { to: '/forecasts', label: 'Forecasts', icon: IconChartHistogram, filtered: false },
  { to: '/events', label: 'Events', icon: IconListDetails, filtered: true },
  { to: '/quality', label: 'Data quality', icon: IconActivity, filtered: true },
  { to: '/dashboards', label: 'Dashboards', icon: IconLayoutDashboard, filtered: true },
  { to: '/rules', label: 'Alert rules', icon: IconBellRinging, filtered: false },
  { to: '/keys', label: 'Keys and access', icon: IconKey, filtered: false },
  { to: '/privacy', label: 'Privacy and audit', icon: IconFingerprint, filtered: false },
  { to: '/settings', label: 'Settings', icon: IconSettings, filtered: false },
] as const

export function Shell() {
  const [isOpen, { toggle, close }] = useDisclosure()
  const { pathname } = useLocation()
  usePreferred()
  const here = PLACES.find((place) => (place.to === '/' ? pathname === '/' : pathname.startsWith(place.to)))
  const isFiltered = (here?.filtered ?? pathname.startsWith('/budgets')) && !/^\/incidents\/./.test(pathname)
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 232, breakpoint: 'md', collapsed: { mobile: !isOpen } }}
      padding="md"
      layout="alt"
    >
      <button type="button" className="skip" onClick={() => document.getElementById('content')?.focus()}>
        Skip to the content
      </button>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap" miw={0}>
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="md"
              size="sm"
              aria-label="Navigation"
              aria-expanded={isOpen}
            />
            <Text component="h1" fw={650} size="md" truncate>
              {here?.label ?? 'LLM Analytics Hub'}
            </Text>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <Freshness />
            <Scheme />
            <Person />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs">
        <Group gap="sm" p="xs" mb={4} wrap="nowrap" justify="space-between">
          <Group gap="sm" wrap="nowrap">
            <img src={icon} width={28} height={28} alt="" />
            <Text fw={650} size="sm" lh={1.2}>
              LLM Analytics Hub
            </Text>
          </Group>
          <Burger opened={isOpen} onClick={toggle} hiddenFrom="md" size="sm" aria-label="Close the navigation" />
        </Group>
        <ScrollArea>
          <nav aria-label="Views">
            {PLACES.map((place) => (
              <Place key={place.to} {...place} isHere={place === here} onClick={close} />
            ))}
          </nav>
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        {isFiltered ? <FilterBar /> : null}
        {isFiltered ? <Live /> : null}
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </AppShell.Main>
    </AppShell>
  )
}

function Live() {
  const [{ live }] = useFilters()
  return <OpenMinute isLive={live} />
}

function Place({
  to,
  label,
  icon: Icon,
  isHere,
  onClick,
}: (typeof PLACES)[number] & { isHere: boolean; onClick: () => void }) {
  const [params] = useSearchParams()
  const [filters] = useFilters()
  const kept = written({ ...filters }, new URLSearchParams())
  const search = params.size && kept.size ? `?${kept}` : ''
  return (
    <NavLink
      component={Link}
      to={`${to}${search}`}
      label={label}
      active={isHere}
      aria-current={isHere ? 'page' : undefined}
      leftSection={<Icon size={18} stroke={1.6} />}
      rightSection={<OpenCount to={to} />}
      onClick={onClick}
      className="place"
    />
  )
}

function OpenCount({ to }: { to: string }) {
  const [filters] = useFilters()
  const { data: anomalies } = useAnomalies({ ...filters, where: {} }, { status: 'open', alerted: true })
  const { data: incidents } = useIncidents(filters)
  const count =
    to === '/anomalies'
      ? anomalies?.length
      : to === '/incidents'
        ? incidents?.filter((each) => each.status === 'open').length
        : 0
  if (!count) return null
  return (
    <Badge size="sm" color="red" variant="light" aria-label={`${count} open`}>
      {count}
    </Badge>
  )
}

function Scheme() {
  const { toggleColorScheme } = useMantineColorScheme()
  return (
    <Tooltip label="Light or dark">
      <ActionIcon variant="subtle" color="gray" aria-label="Light or dark" onClick={toggleColorScheme}>
        <IconSun size={18} className="when-dark" />
        <IconMoon size={18} className="when-light" />
      </ActionIcon>
    </Tooltip>
  )
}

function Person() {
  const { signOut } = useHub()
  const { data: me } = useMe()
  return (
    <Menu position="bottom-end" shadow="sm">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label="Account">
          <IconUserCircle size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {me?.tenant ?? '…'} · {me?.role ?? ''}
        </Menu.Label>
        <Menu.Item component={Link} to="/settings" leftSection={<IconSettings size={14} />}>
          Settings
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={14} />} onClick={signOut}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
