/** Main's notices about things that concern no single file, such as a damaged settings file; each can be dismissed. */
import { useState } from 'react'
import type { ErrorInfo } from '../../../shared/protocol/errors.ts'
import { useQueue } from '../../store/queue-store.ts'
import { errorText } from '../../text/error-text.ts'
import { useText } from '../../text/use-text.ts'
import { Message } from '../../ui/message.tsx'

const noNotices: readonly ErrorInfo[] = []
const keyOf = (notice: ErrorInfo) => `${notice.code} ${notice.message}`

export function NoticeList() {
  useText()
  const notices = useQueue((state) => state.overview?.notices ?? noNotices)
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set())
  const shown = notices.filter((notice) => !dismissed.has(keyOf(notice)))
  return shown.map((notice) => (
    <Message
      key={keyOf(notice)}
      kind="notice"
      text={errorText(notice)}
      onDismiss={() => setDismissed(new Set([...dismissed, keyOf(notice)]))}
    />
  ))
}
