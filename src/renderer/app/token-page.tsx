/** Browser mode without a valid key: says which address to open. */
import { Code, Stack, Text, Title } from '@mantine/core'
import { useText } from '../text/use-text.ts'
import { Logo } from './logo.tsx'
import styles from './token-page.module.css'

export function TokenPage({ refused }: { readonly refused: boolean }) {
  const t = useText()
  return (
    <main className={styles.page}>
      <Stack gap="md" align="center" className={styles.card}>
        <Logo size={56} />
        <Title order={1} size="h2">
          {refused ? t('token.refusedTitle') : t('token.missingTitle')}
        </Title>
        <Text className={styles.lead}>{refused ? t('token.refusedLead') : t('token.missingLead')}</Text>
        <Code fz="sm" p="xs">
          {t('token.example')}
        </Code>
      </Stack>
    </main>
  )
}
