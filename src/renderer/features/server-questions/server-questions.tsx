/** Questions about servers that only a person can answer, one per server and never one per file. */
import type { ServerQuestion, ServerState } from '../../../shared/feed.ts'
import { isPutOff, putOffQuestion, questionKey, useQuestions } from '../../store/question-store.ts'
import { useQueue } from '../../store/queue-store.ts'
import { serverName } from '../../text/server-name.ts'
import { type Translate, useText } from '../../text/use-text.ts'
import { CertificateQuestion } from './certificate-question.tsx'
import { RedirectQuestion } from './redirect-question.tsx'
import { TokenQuestion } from './token-question.tsx'
import { useAnswer } from './use-answer.ts'

const noServers: readonly ServerState[] = []

export function ServerQuestions() {
  const servers = useQueue((state) => state.overview?.servers ?? noServers)
  const questions = useQuestions()
  return servers.map((server) => {
    const question = server.trouble?.question ?? null
    if (question === null || isPutOff(questions, server)) return null
    return <Question key={`${server.id} ${questionKey(server)}`} server={server} question={question} />
  })
}

interface QuestionProps {
  readonly server: ServerState
  readonly question: ServerQuestion
}

function Question({ server, question }: QuestionProps) {
  const t = useText()
  const way = useAnswer(server)
  const about = { way, host: hostOf(server, t) }
  const onWait = () => putOffQuestion(server)
  switch (question.kind) {
    case 'token':
      return <TokenQuestion {...about} accepted={question.accepted} />
    case 'certificate':
      return <CertificateQuestion {...about} {...question} onWait={onWait} />
    case 'redirect':
      return <RedirectQuestion {...about} url={question.url} onWait={onWait} />
  }
}

function hostOf(server: ServerState, t: Translate): string {
  return server.bundled ? t('statusBar.server.bundled') : serverName(server)
}
