/** Answers the question behind "Test connection": is that a PhotoFerry server, and does it take this token? */
import type { ServerCheck } from '../../shared/answers.ts'
import { toUploadError } from '../../shared/protocol/errors.ts'
import type { ServerAddress } from '../../shared/servers.ts'
import { createServerApi } from './server-api.ts'
import { shownCertificate } from './shown-certificate.ts'

const checkTimeoutMs = 15_000

/** Never rejects: what is wrong is the answer. */
export async function checkServer(address: ServerAddress): Promise<ServerCheck> {
  const api = createServerApi(address)
  try {
    const signal = AbortSignal.timeout(checkTimeoutMs)
    await api.health(signal)
    await api.checkToken(signal)
    return { ok: true, message: `${address.url} is a PhotoFerry server and accepts the token.` }
  } catch (thrown) {
    const { info } = toUploadError(thrown)
    const answer = { ok: false, message: info.message, error: info }
    if (info.code !== 'tls-untrusted') return answer
    const certificate = await shownCertificate(address.url, AbortSignal.timeout(checkTimeoutMs))
    return certificate ? { ...answer, certificate } : answer
  } finally {
    api.close()
  }
}
