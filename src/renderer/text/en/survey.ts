/** English: the review of a drop before it is uploaded, and what the skip rules are called. */
export const survey = {
  skipRule: {
    noPreview: 'no preview can be made',
    nameTaken: 'one file of a name: another is at {{path}}',
    group: {
      photo: 'Photos',
      raw: 'RAW files',
      video: 'Videos',
      document: 'Documents',
      other: 'Other files',
    },
    extension: '.{{extension}} files',
    pattern: '{{pattern}}',
    empty: 'Empty files',
  },

  leftOut: {
    count_one: '{{count, number}} system file or folder left out',
    count_other: '{{count, number}} system files or folders left out',
    hint: 'Files of the operating system, a NAS or a catalog program, such as thumbnails and recycle bins. To upload one anyway, add it by itself.',
  },

  survey: {
    title: 'Review “{{name}}”',
    reading_one: 'Scanning… {{count, number}} file',
    reading_other: 'Scanning… {{count, number}} files',
    /** For screen readers, until it is ready. */
    scanning: 'Scanning…',
    comparing: 'Looking for duplicates…',
    total_one: '{{count, number}} file',
    total_other: '{{count, number}} files',
    groups: { photo: 'Photos', raw: 'RAW', video: 'Videos', document: 'Documents', other: 'Other files' },
    preset: 'Upload photos as',
    to: 'Goes to',
    originalsStay: 'Their originals are not uploaded, so don’t format the card.',
    estimate: 'By estimate, {{least}} to {{most}} in all will be uploaded.',
    unchanged: 'Everything is uploaded unchanged.',
    converted_one:
      '{{count, number}} photo ({{size}}) will be converted; everything else is uploaded unchanged.',
    converted_other:
      '{{count, number}} photos ({{size}}) will be converted; everything else is uploaded unchanged.',
    unreadable_one: '{{count, number}} file or folder can’t be read',
    unreadable_other: '{{count, number}} files or folders can’t be read',
    unreadableHint: 'They will be in the list as failed, each with its reason.',
    overLimit_one: '{{count, number}} file is larger than your limit',
    overLimit_other: '{{count, number}} files are larger than your limit',
    overLimitHint: 'They will be in the list as failed until you raise the limit in Settings.',
    empty_one: '{{count, number}} file is empty',
    empty_other: '{{count, number}} files are empty',
    emptyHint: 'Empty files are uploaded as they are. Check the card they came from.',
    skipped_one: '{{count, number}} file is skipped: {{rule}}',
    skipped_other: '{{count, number}} files are skipped: {{rule}}',
    skippedHint: 'Your skip rules are in Settings. To upload a skipped file anyway, retry it in the list.',
    duplicates_one: '{{count, number}} file is a duplicate ({{size}})',
    duplicates_other: '{{count, number}} files are duplicates ({{size}})',
    duplicatesHint:
      'Same size, and identical at the start and the end; the rest wasn’t compared. Each keeps its own name, and content that the server already has isn’t sent again.',
    waiting_one: '{{count, number}} file is already in the list and isn’t added again',
    waiting_other: '{{count, number}} files are already in the list and aren’t added again',
    finished_one: '{{count, number}} file was in the list before; the server is asked whether it has it',
    finished_other:
      '{{count, number}} files were in the list before; the server is asked whether it has them',
    nothing: 'Nothing to upload.',
    start_one: 'Upload {{count, number}} file',
    start_other: 'Upload {{count, number}} files',
    startUnknown: 'Upload all',
    cancel: 'Cancel',
    gone: 'PhotoFerry restarted before this upload began. Please add the files again.',
  },
} as const
