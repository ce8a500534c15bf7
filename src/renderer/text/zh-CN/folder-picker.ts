/** 简体中文: browser mode's picker for files and folders. */
import type { folderPicker as english } from '../en/folder-picker.ts'
import type { Translated } from '../translated.ts'

export const folderPicker: Translated<typeof english> = {
  picker: {
    filesTitle: '添加文件',
    folderTitle: '添加文件夹',
    hint: '运行 PhotoFerry 的电脑上的文件夹',
    places: '位置',
    place: { home: '个人文件夹', pictures: '图片', desktop: '桌面' },
    files_other: '{{count, number}} 个文件',
    folders_other: '{{count, number}} 个文件夹',
    emptyFolder: '空',
    path: '文件夹',
    breadcrumb: '路径',
    list: '文件夹内容',
    up: '上一级文件夹',
    empty: '此文件夹为空',
    chooseFolder: '选择此文件夹',
    addNone: '添加文件',
    add_other: '添加 {{count, number}} 个文件',
    cancel: '取消',
  },
}
