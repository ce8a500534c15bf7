/** Questions about servers that only a person can answer, one per server and never one per file. */
import { useState } from 'react'
import type { ServerQuestion, ServerState } from '../../../shared/feed.ts'
import { useQueue } from '../../store/queue-store.ts'
import { serverName } from '../../text/server-name.ts'
import { CertificateQuestion } from './certificate-question.tsx'
import { RedirectQuestion } from './redirect-question.tsx'
import { TokenQuestion } from './token-question.tsx'

const noServers: readonly ServerState[] = []

export function ServerQuestions() {
  const servers = useQueue((state) => state.overview?.servers ?? noServers)
  /** Those that the person wants to wait for. */
  const [waitedFor, setWaitedFor] = useState<ReadonlySet<string>>(new Set())
  return servers.map((server) => {
    const question = server.trouble?.question ?? null
    const key = JSON.stringify([server.id, question])
    if (question === null || waitedFor.has(key)) return null
    const onWait = () => setWaitedFor(new Set([...waitedFor, key]))
    return <Question key={key} server={server} question={question} onWait={onWait} />
  })
}

interface QuestionProps {
  readonly server: ServerState
  readonly question: ServerQuestion
  readonly onWait: () => void
}

function Question({ server, question, onWait }: QuestionProps) {
  const about = { serverId: server.id, host: serverName(server) }
  switch (question.kind) {
    case 'token':
      return <TokenQuestion {...about} />
    case 'certificate':
      return <CertificateQuestion {...about} {...question} onWait={onWait} />
    case 'redirect':
      return <RedirectQuestion {...about} url={question.url} onWait={onWait} />
  }
}
