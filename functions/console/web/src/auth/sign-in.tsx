import { Alert, Button, Center, Divider, Group, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { IconAlertCircle, IconKey } from '@tabler/icons-react'
import { type FormEvent, useEffect, useState } from 'react'
import { HubError, ROOT } from '../api/client'
import type { Facts } from '../api/types'
import icon from '../icon.svg'
import type { Session } from './session'

interface Props {
  facts: Facts
  onSession: (session: Session) => void
}

export function SignIn({ facts, onSession }: Props) {
  const [key, setKey] = useState('')
  const [isBusy, setIsBusy] = useState(false)
  const [trouble, setTrouble] = useState<string | null>(null)

  useEffect(() => {
    if (!new URL(location.href).searchParams.has('state')) return
    void import('./oidc')
      .then(({ returned }) => returned(facts))
      .then((session) => session && onSession(session))
      .catch((error: Error) => setTrouble(error.message))
  }, [facts, onSession])

  async function submit(event: FormEvent) {
    event.preventDefault()
    setIsBusy(true)
    setTrouble(await refusal(key.trim()))
    setIsBusy(false)
  }

  async function refusal(given: string): Promise<string | null> {
    const answer = await fetch(new URL('v1/me', ROOT), { headers: { 'X-API-Key': given } }).catch(() => null)
    if (!answer) return new HubError(0, 'unreachable', 'The hub cannot be reached.', null, null).message
    if (answer.status === 401) return 'The hub does not know this key, or it has been revoked.'
    if (!answer.ok) return `The hub answered ${answer.status}: try again in a moment.`
    onSession({ kind: 'key', key: given })
    return null
  }

  return (
    <Center mih="100dvh" p="md" className="sign-in" component="main">
      <Paper withBorder shadow="sm" p="xl" w={420} maw="100%">
        <Stack gap="md">
          <Group gap="sm">
            <img src={icon} width={36} height={36} alt="" />
            <div>
              <Title order={1} size="h3">
                LLM Analytics Hub
              </Title>
              <Text size="xs" c="dimmed">
                {facts.deployment}
              </Text>
            </div>
          </Group>
          <form onSubmit={submit}>
            <Stack gap="sm">
              <PasswordInput
                label="API key"
                description="It stays in this tab and is forgotten when you close it."
                placeholder="llmah_…"
                autoComplete="off"
                required
                value={key}
                onChange={(event) => setKey(event.currentTarget.value)}
                leftSection={<IconKey size={16} />}
              />
              {trouble ? (
                <Alert color="red" icon={<IconAlertCircle size={16} />} role="alert">
                  {trouble}
                </Alert>
              ) : null}
              <Button type="submit" loading={isBusy} fullWidth>
                Sign in
              </Button>
            </Stack>
          </form>
          {facts.sign_in.length ? <Divider label="or" /> : null}
          {facts.sign_in.map((issuer) => (
            <Button
              key={issuer.issuer}
              variant="default"
              onClick={() =>
                void import('./oidc')
                  .then(({ leaveFor }) => leaveFor(issuer))
                  .catch((error: Error) => setTrouble(error.message))
              }
            >
              Sign in with {new URL(issuer.issuer).host}
            </Button>
          ))}
        </Stack>
      </Paper>
    </Center>
  )
}
