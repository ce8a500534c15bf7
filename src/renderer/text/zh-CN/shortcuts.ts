/** 简体中文: the list of shortcuts. */
import type { shortcuts as english } from '../en/shortcuts.ts'
import type { Translated } from '../translated.ts'

export const shortcuts: Translated<typeof english> = {
  shortcuts: {
    title: '键盘快捷键',
    groups: { list: '文件列表中', window: '任意位置' },
    does: {
      move: '上一个或下一个文件',
      page: '向上或向下翻页',
      ends: '第一个或最后一个文件',
      nextPart: '窗口的下一个或上一个区域',
      close: '关闭对话框或菜单',
      shortcuts: '显示此列表',
    },
  },
}
