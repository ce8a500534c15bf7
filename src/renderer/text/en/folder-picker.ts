/** English: browser mode's picker for files and folders. */
export const folderPicker = {
  picker: {
    filesTitle: 'Add files',
    folderTitle: 'Add a folder',
    hint: 'Folders on the computer that runs PhotoFerry',
    path: 'Folder',
    breadcrumb: 'Path',
    list: 'Folder contents',
    up: 'Parent folder',
    empty: 'This folder is empty',
    chooseFolder: 'Choose this folder',
    addNone: 'Add files',
    add_one: 'Add {{count, number}} file',
    add_other: 'Add {{count, number}} files',
    cancel: 'Cancel',
  },
} as const
