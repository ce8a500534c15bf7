/** English: what files come to (stored, not stored and why), and the questions before files are canceled or removed. */
import type { NotSentReason } from '../../../shared/outcome.ts'

export const outcome = {
  outcome: {
    stored: '{{stored, number}} of {{dropped, number}} stored',
    toDo: '{{amount, number}} still to do',
    reasons: {
      failed: '{{amount, number}} failed',
      empty: '{{amount, number}} empty',
      skipped: '{{amount, number}} skipped',
      canceled: '{{amount, number}} canceled',
      removed: '{{amount, number}} removed from the list',
      neverArrived: '{{amount, number}} never arrived',
      unread: '{{amount, number}} not read to the end',
    },
    copies_one: '{{count, number}} as a copy',
    copies_other: '{{count, number}} as copies',
    notAll: 'Not everything is stored',
  },

  confirm: {
    cancelTitle_one: 'Cancel {{count, number}} file?',
    cancelTitle_other: 'Cancel {{count, number}} files?',
    cancelLead_one: 'It has not been uploaded. You can retry it later, as long as it is on the list.',
    cancelLead_other:
      'They have not been uploaded. You can retry them later, as long as they are on the list.',
    cancelLargeLead:
      'The server has received {{received}} of it. If you retry later, uploading starts from the beginning.',
    cancel_one: 'Cancel {{count, number}} file',
    cancel_other: 'Cancel {{count, number}} files',
    keepUploading: 'Keep uploading',
    removeTitle_one: 'Remove {{count, number}} file that is not stored?',
    removeTitle_other: 'Remove {{count, number}} files that are not stored?',
    removeLead_one:
      'It is not on the server. Removing it from the list changes nothing about the original, but nothing will remind you of it.',
    removeLead_other:
      'They are not on the server. Removing them from the list changes nothing about the originals, but nothing will remind you of them.',
    remove: 'Remove from list',
    keepOnList: 'Keep on list',
    moreFiles: 'More files have arrived since you were asked.',
  },
} as const satisfies {
  outcome: { reasons: Readonly<Record<NotSentReason, string>>; [key: string]: unknown }
  confirm: Readonly<Record<string, string>>
}
