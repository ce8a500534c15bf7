/** English: messages about the window as a whole: a lost connection, the report after a restart, announcements for screen readers. */
export const notices = {
  offline: {
    title: 'PhotoFerry isn’t running. Reconnecting…',
    lead: 'Your queue is safe on the computer that runs PhotoFerry. Start PhotoFerry there and this page reconnects by itself.',
    nextTry: 'Next attempt in {{seconds, number}} s',
    trying: 'Connecting…',
    tryNow: 'Try now',
    connecting: 'Connecting to PhotoFerry…',
    command: 'PhotoFerry isn’t running, so nothing was changed. Try again when it’s back.',
  },

  alerts: {
    region: 'Messages',
    toasts: 'Notifications',
    dismiss: 'Dismiss',
    unexpected: 'Something went wrong: {{message}}',
  },

  announce: {
    batchDone_one: '{{name}} finished: {{count, number}} file stored',
    batchDone_other: '{{name}} finished: {{count, number}} files stored',
    batchEnded: '{{name}} finished, but not everything is stored: {{counts}}',
    newFailures_one: '{{count, number}} file failed',
    newFailures_other: '{{count, number}} files failed',
  },

  restart: {
    title: 'After restart:',
    safe: '{{amount, number}} already stored',
    goingOn: '{{amount, number}} resuming',
    changed: '{{amount, number}} changed',
    missing: '{{amount, number}} missing',
    notUploaded: '{{amount, number}} not uploaded',
    hints: {
      safe: 'Stored and verified, before the restart or since',
      goingOn: 'Not finished yet. They resume automatically, or when you resume them.',
      changed: 'The original has changed since it was added. Its current version is uploaded.',
      missing: 'The original is no longer there. Put it back or reconnect its disk, then retry.',
      notUploaded: 'Failed, empty, skipped or canceled, before the restart or since. Retry uploads them.',
    },
    checking: 'checking originals…',
    shown: 'After restart: {{group}}',
  },
} as const
