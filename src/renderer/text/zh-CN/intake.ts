/** 简体中文: adding files: the empty window, drops, and what came of them. */
import type { intake as english } from '../en/intake.ts'
import type { Translated } from '../translated.ts'

export const intake: Translated<typeof english> = {
  empty: {
    title: '将照片或文件夹拖到这里',
    destination: '照片上传到',
    firstDestination: '目前上传到',
    lead: '每个文件都逐字节校验，并保留文件夹结构。可以随时合上电脑，打开后会继续上传。',
    firstLead: 'PhotoFerry 将照片复制到服务器，并校验送达的每个字节，让您确知何时可以格式化存储卡。',
    steps: {
      label: '流程',
      drop: '拖入文件夹',
      stored: '等待全部存储完成',
      receipt: '保存上传凭证，然后再格式化存储卡',
    },
    chooseFiles: '选择文件…',
    chooseFolder: '选择文件夹…',
    overlay: '松开即可加入上传队列',
    nothingDropped: '拖入的内容中没有文件。请从文件管理器中拖入照片或文件夹。',
    loading: '正在载入队列…',
  },

  intake: {
    allKnown_other: '这 {{count, number}} 个文件已在列表中',
    nothingNew: '“{{folder}}”中没有新文件：其中的文件已在列表中，或文件夹为空',
    nothingNewAtAll: '没有新文件：添加的内容已在列表中，或不含任何文件',
    pathless_other: '拖入的内容中有 {{count, number}} 项不是本机文件，已跳过。',
    emptyFolder: '“{{folder}}”中没有文件',
    emptyFolders: '这些文件夹中没有文件',
    previewsOf: '{{name}} · 预览',
    batchName_other: '{{count, number}} 个文件',
  },

  missing: {
    'page-closed_other': '“{{name}}”中有 {{count, number}} 个文件未送达：拷贝时页面被关闭',
    'not-sent_other': '“{{name}}”中有 {{count, number}} 个文件未送达：页面未能拷贝它们',
    lead: '它们不在此批次中，也不会随之上传。请重新添加。',
    show: '显示批次',
  },

  pageUpload: {
    reading_other: '正在读取文件夹，已找到 {{count, number}} 个文件。请勿关闭本页面。',
    copying: '正在拷贝到 PhotoFerry：{{done, number}}/{{total, number}}。请勿关闭本页面。',
    progressLabel: '正在拷贝到 PhotoFerry',
    failed_other: '{{count, number}} 个文件未能拷贝到 PhotoFerry',
    failedLead: '其余文件已加入队列。原文件未受影响。',
    andMore: '以及另外 {{more, number}} 个',
    tryAgain: '重试',
    unreadable: '浏览器无法再读取此文件。请确认文件仍在原处，然后重新拖入。',
    folderUnreadable: '未能完整读取此文件夹。',
    network: '拷贝此文件时无法连接 PhotoFerry。',
    refused: 'PhotoFerry 拒绝了此文件（HTTP {{httpStatus}}）。',
  },
}
