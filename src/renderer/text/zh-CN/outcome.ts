/** 简体中文: what files come to (stored, not stored and why), and the questions before files are canceled or removed. */
import type { outcome as english } from '../en/outcome.ts'
import type { Translated } from '../translated.ts'

export const outcome: Translated<typeof english> = {
  outcome: {
    stored: '已存储 {{stored, number}}/{{dropped, number}}',
    toDo: '{{amount, number}} 个待上传',
    reasons: {
      failed: '{{amount, number}} 个失败',
      empty: '{{amount, number}} 个空文件',
      skipped: '{{amount, number}} 个已跳过',
      canceled: '{{amount, number}} 个已取消',
      removed: '{{amount, number}} 个已移出列表',
      neverArrived: '{{amount, number}} 个未送达',
      unread: '{{amount, number}} 个未读取完',
    },
    copies_other: '其中 {{count, number}} 个为副本',
    notAll: '并非所有文件都已存储',
  },

  confirm: {
    cancelTitle_other: '要取消 {{count, number}} 个文件吗？',
    cancelLead_other: '这些文件尚未上传。只要仍在列表中，之后可以重试。',
    cancelLargeLead: '服务器已接收其中 {{received}}。如果之后重试，将从头开始上传。',
    cancel_other: '取消 {{count, number}} 个文件',
    keepUploading: '继续上传',
    removeTitle_other: '要移除 {{count, number}} 个未存储的文件吗？',
    removeLead_other: '这些文件不在服务器上。移出列表不会影响原文件，但之后不会再有任何提示。',
    remove: '移出列表',
    keepOnList: '保留在列表中',
    moreFiles: '在您确认期间又有新文件加入。',
  },
}
