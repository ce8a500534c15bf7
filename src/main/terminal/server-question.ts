/** A question about the server that only a person can answer: in a terminal, the sentence that the command ends with. */
import type { Overview, ServerQuestion } from '../../shared/feed.ts'
import type { Client } from '../client/client.ts'

/**
 * Fulfils with the sentence as soon as there is a question. A redirect is none: on a train it is the sign-in page of the
 * network, which is waited for like any other trouble.
 */
export function whenAsked(client: Client): Promise<string> {
  return new Promise((resolve) => {
    const unsubscribe = client.feed.subscribe(({ overview }) => {
      const sentence = questionText(overview)
      if (sentence === null) return
      // The first event comes before there is anything to unsubscribe.
      setImmediate(() => unsubscribe())
      resolve(sentence)
    })
  })
}

function questionText({ server }: Overview): string | null {
  const question = server.trouble?.question ?? null
  return question && sentences[question.kind](server.url ?? '')
}

const sentences: Readonly<Record<ServerQuestion['kind'], (url: string) => string | null>> = {
  token: (url) =>
    `${url} does not accept the token. Run the same command again with --token and the server's access token; the files stay in the queue.`,
  certificate: (url) =>
    `${url} shows a different certificate than before. Ask whoever runs the server; the files stay in the queue.`,
  redirect: () => null,
}
