import { Anchor, Badge, Button, Card, Group, SimpleGrid, Text, Title } from '@mantine/core'
import { IconLayoutGridAdd, IconPlus } from '@tabler/icons-react'
import { Link } from 'react-router'
import { useDashboards } from '../api/dashboards'
import { useMay } from '../api/queries'
import { TEMPLATES } from '../dashboards/templates'
import { ago } from '../ui/format'
import { Empty, Failed, Loading } from '../ui/states'

export default function Dashboards() {
  const found = useDashboards()
  const may = useMay('dashboard:write')
  return (
    <>
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4">
          Your dashboards
        </Title>
        {may ? (
          <Button component={Link} to="/dashboards/new" size="xs" leftSection={<IconPlus size={14} />}>
            New dashboard
          </Button>
        ) : null}
      </Group>
      {found.isError ? <Failed error={found.error} again={() => void found.refetch()} /> : null}
      {found.isPending ? <Loading label="Loading dashboards" /> : null}
      {found.data?.length === 0 ? (
        <Empty title="No dashboards yet">Begin with a template below, or with an empty one.</Empty>
      ) : null}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3, xl: 4 }} mb="xl">
        {found.data?.map((each) => (
          <Card key={each.id} withBorder padding="md">
            <Group justify="space-between" wrap="nowrap">
              <Anchor component={Link} to={`/dashboards/${each.id}`} fw={600} truncate>
                {each.name}
              </Anchor>
              <Badge size="sm" variant="light" color={each.visibility === 'tenant' ? 'indigo' : 'gray'} tt="none">
                {each.visibility === 'tenant' ? 'everybody' : 'only you'}
              </Badge>
            </Group>
            <Text size="sm" c="dimmed" lineClamp={2}>
              {each.description || ' '}
            </Text>
            <Text size="xs" c="dimmed" mt="xs">
              changed {ago(each.updated_at)}
            </Text>
          </Card>
        ))}
      </SimpleGrid>
      <Title order={2} size="h4" mb="sm">
        Templates
      </Title>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3, xl: 5 }}>
        {TEMPLATES.map((each) => (
          <Card key={each.id} withBorder padding="md">
            <Group gap="xs" mb={4}>
              <IconLayoutGridAdd size={18} />
              <Anchor component={Link} to={`/dashboards/new?template=${each.id}`} fw={600}>
                {each.name}
              </Anchor>
            </Group>
            <Text size="sm" c="dimmed">
              {each.description}
            </Text>
          </Card>
        ))}
      </SimpleGrid>
    </>
  )
}
