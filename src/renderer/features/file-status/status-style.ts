/** How every status looks: an icon, a tone and a bar, so that colour never speaks alone. */
import {
  IconAlertTriangle,
  IconArrowUp,
  IconBan,
  IconCheck,
  IconClock,
  IconFingerprint,
  IconHourglass,
  IconPlayerPause,
  IconShieldCheck,
  IconWand,
} from '@tabler/icons-react'
import type { ComponentType } from 'react'
import type { UploadStatus } from '../../../shared/upload.ts'
import type { BarLook } from '../../ui/progress-bar.tsx'

interface StatusLook {
  readonly icon: ComponentType<{ readonly size: number }>
  readonly tone: 'soft' | 'accent' | 'good' | 'warn' | 'bad'
  readonly bar: BarLook
}

export const statusLook: Readonly<Record<UploadStatus, StatusLook>> = {
  queued: { icon: IconClock, tone: 'soft', bar: 'still' },
  preparing: { icon: IconWand, tone: 'accent', bar: 'moving' },
  hashing: { icon: IconFingerprint, tone: 'accent', bar: 'moving' },
  uploading: { icon: IconArrowUp, tone: 'accent', bar: 'moving' },
  verifying: { icon: IconShieldCheck, tone: 'accent', bar: 'verifying' },
  paused: { icon: IconPlayerPause, tone: 'soft', bar: 'still' },
  waiting: { icon: IconHourglass, tone: 'warn', bar: 'waiting' },
  done: { icon: IconCheck, tone: 'good', bar: 'done' },
  failed: { icon: IconAlertTriangle, tone: 'bad', bar: 'failed' },
  canceled: { icon: IconBan, tone: 'soft', bar: 'still' },
}
