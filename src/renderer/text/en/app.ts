/** English: the header, and the page that is shown instead of the window when the browser has no valid key. */
export const app = {
  app: { name: 'PhotoFerry', closeDialog: 'Close' },

  header: {
    addFiles: 'Add files',
    addFolder: 'Add folder',
    pauseAll: 'Pause all',
    resumeAll: 'Resume all',
    retryAllFailed: 'Retry all failed',
    preset: 'Upload new photos as: {{name}}',
    presetChip: 'Photos as',
    presetConverts: 'New photos are converted; the originals are not uploaded',
    presetLead: 'Upload new photos as',
    history: 'History',
    settings: 'Settings',
    theme: { auto: 'Theme: system', light: 'Theme: light', dark: 'Theme: dark' },
  },

  token: {
    missingTitle: 'Open the address that PhotoFerry printed',
    missingLead:
      'This page needs the key at the end of that address. In the terminal where PhotoFerry runs, look for a line such as',
    refusedTitle: 'This key isn’t valid',
    refusedLead:
      'It is incomplete, was used up, or is of an earlier start: every start of PhotoFerry makes a new key. Open the address that it printed last, such as',
    example: 'http://127.0.0.1:4711/#token=…',
  },
} as const
