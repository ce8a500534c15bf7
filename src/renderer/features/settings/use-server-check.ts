/** Checks the address and token of a server before they are saved, and keeps the result until they change. */
import { useState } from 'react'
import type { ServerCheck, ShownCertificate } from '../../../shared/answers.ts'
import type { ErrorInfo } from '../../../shared/protocol/errors.ts'
import { type ServerAddress, serverAddressSchema } from '../../../shared/servers.ts'
import { useBridge } from '../../bridge/use-bridge.ts'
import { failureText } from '../../store/alert-store.ts'
import { errorText } from '../../text/error-text.ts'
import { type Translate, useText } from '../../text/use-text.ts'
import type { ServerDraft } from './settings-draft.ts'
import { addressOf } from './validate-draft.ts'

interface CheckResult {
  readonly ok: boolean
  readonly text: string
  readonly certificate: ShownCertificate | null
}

interface CheckState {
  readonly checking: boolean
  /** Of the fields as they are now; null where these were not checked. */
  readonly result: CheckResult | null
  /** @returns the address where the server can be used; null where it can't, or where no address can be made of the fields */
  readonly check: () => Promise<ServerAddress | null>
}

export function useServerCheck(server: ServerDraft): CheckState {
  const t = useText()
  const { bridge } = useBridge()
  const [checking, setChecking] = useState(false)
  const [known, setKnown] = useState<(CheckResult & { readonly of: string }) | null>(null)
  const typed = JSON.stringify(addressOf(server))

  const check = async () => {
    setKnown(null)
    const address = serverAddressSchema.safeParse(addressOf(server))
    if (!address.success) return null
    setChecking(true)
    try {
      const result = resultOf(await bridge.invoke('server.check', address.data), server, t)
      setKnown({ of: typed, ...result })
      return result.ok ? address.data : null
    } catch (thrown) {
      setKnown({ of: typed, ok: false, text: failureText(thrown), certificate: null })
      return null
    } finally {
      setChecking(false)
    }
  }
  return { checking, result: known?.of === typed ? known : null, check }
}

function resultOf({ ok, message, error, certificate }: ServerCheck, { url }: ServerDraft, t: Translate) {
  const failed = error === undefined ? message : testFailureText(error, new URL(url.trim()), t)
  return { ok, text: ok ? t('servers.testOk') : failed, certificate: certificate ?? null }
}

/** Beside the fields that it is about, an error needs neither the address nor a hint to open the settings. */
function testFailureText(error: ErrorInfo, { host, protocol }: URL, t: Translate): string {
  if (error.facts?.kind === 'no-http') {
    return protocol === 'https:'
      ? t('servers.testFailed.noHttps', { host })
      : t('servers.testFailed.noHttp', { host })
  }
  if (error.code === 'not-photoferry') return t('servers.testFailed.stranger')
  if (error.code === 'unauthorized') return t('servers.testFailed.unauthorized')
  if (error.code === 'server-unreachable') return t('servers.testFailed.unreachable', { host })
  return errorText(error)
}
