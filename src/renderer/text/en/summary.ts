/** English: what a batch came to, whether the card may be formatted, and what to do with the result. */
export const summary = {
  summary: {
    region: 'Result of the batch',
    to: 'To {{server}}',
    adding: 'Don’t format the card yet: still adding files.',
    checking: 'Don’t format the card yet: the originals are being checked once more.',
    toDo_one: 'Don’t format the card yet: {{count, number}} file still to do.',
    toDo_other: 'Don’t format the card yet: {{count, number}} files still to do.',
    canLeave: 'You can close the laptop; uploading resumes by itself.',
    resume: 'Resume to continue.',
    serverAway: 'It continues when the server is back.',
    connect: 'Connect {{name}} again to continue.',
    allStored_one: '{{count, number}} file is stored and verified',
    allStored_other: 'All {{count, number}} files are stored and verified',
    allCopies_one: '{{count, number}} file is stored as a converted copy',
    allCopies_other: 'All {{count, number}} files are stored, {{copies, number}} as converted copies',
    allPreviews_one: '{{count, number}} preview is stored',
    allPreviews_other: 'All {{count, number}} previews are stored',
    format: 'Save the receipt before you format the card.',
    /** While a card is connected that may hold more than the batch. */
    seeCard: 'Don’t format {{name}} yet: see above.',
    copiesOnly_one:
      'Don’t format the card: {{count, number}} original was not uploaded, only a converted copy.',
    copiesOnly_other:
      'Don’t format the card: {{count, number}} originals were not uploaded, only converted copies.',
    notStored_one: 'Don’t format the card: {{count, number}} file is not stored.',
    notStored_other: 'Don’t format the card: {{count, number}} files are not stored.',
    previews:
      'These are previews. The originals have a batch of their own: look there before you format the card.',
    saveReceipt: 'Save receipt',
    otherFormats: 'Other receipt formats',
    copyLink: 'Copy link',
    copied: 'Link copied. Anyone who has it can see and download “{{path}}” for {{days, number}} days',
    show: 'Show at the server',
    retry: 'Retry…',
  },
} as const
