/** Answers to questions about servers. What a person answers is the question that they saw: it must still be the open one. */
import type { ServerQuestion } from '../../shared/feed.ts'
import type { CommandInput, ServerAnswer } from '../../shared/ipc.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { AddressChange } from '../../shared/servers.ts'
import { type Settings, serverOf } from '../../shared/settings.ts'
import type { Connections } from './connections.ts'
import type { ClientSettings } from './settings.ts'

interface ServerAnswersDeps {
  readonly settings: Pick<ClientSettings, 'current' | 'changeServer'>
  readonly connections: Pick<Connections, 'state'>
}

export class ServerAnswers {
  readonly #deps: ServerAnswersDeps

  constructor(deps: ServerAnswersDeps) {
    this.#deps = deps
  }

  /**
   * Changes the server's entry in the settings as the person answered, which connects to it anew.
   * @throws UploadError `bad-request` when the address or the question is another one by now, `not-found` for a server
   * that is not in the settings; nothing is changed then
   */
  async answer({ serverId, url, answer }: CommandInput<'server.answer'>): Promise<Settings> {
    const { settings, connections } = this.#deps
    if (serverOf(settings.current, serverId)) {
      const { trouble, url: urlNow } = connections.state(serverId)
      if (url !== urlNow || !isAnswerTo(answer, trouble?.question ?? null)) throw questionOver()
    }
    return settings.changeServer(serverId, changeOf(answer))
  }
}

function isAnswerTo(answer: ServerAnswer, question: ServerQuestion | null): boolean {
  if (answer.kind === 'certificate' && question?.kind === 'certificate') {
    return answer.trusted === question.trusted && answer.shown === question.shown
  }
  if (answer.kind === 'redirect' && question?.kind === 'redirect') return answer.url === question.url
  return answer.kind === 'token' && question?.kind === 'token'
}

function changeOf(answer: ServerAnswer): AddressChange {
  switch (answer.kind) {
    case 'token':
      return { token: answer.token }
    case 'certificate':
      return { fingerprint: answer.shown }
    case 'redirect':
      return { url: answer.url }
  }
}

function questionOver(): UploadError {
  const message =
    'This question has changed or was resolved before you answered. Read what is shown now, then answer.'
  return new UploadError('bad-request', message, { facts: { kind: 'question-over' } })
}
