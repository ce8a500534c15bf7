/** Browser mode without a valid token: says which address to open. */
import { Code, Stack, Text, Title } from '@mantine/core'
import { text } from '../text/text.ts'
import { Logo } from './logo.tsx'
import styles from './token-page.module.css'

export function TokenPage({ refused }: { readonly refused: boolean }) {
  const words = text.token
  return (
    <main className={styles.page}>
      <Stack gap="md" align="center" className={styles.card}>
        <Logo size={56} />
        <Title order={1} size="h2">
          {refused ? words.refusedTitle : words.missingTitle}
        </Title>
        <Text className={styles.lead}>{refused ? words.refusedLead : words.missingLead}</Text>
        <Code fz="sm" p="xs">
          {words.example}
        </Code>
      </Stack>
    </main>
  )
}
