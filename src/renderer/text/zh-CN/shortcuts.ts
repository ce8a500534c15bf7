/** 简体中文: the list of shortcuts. */
import type { shortcuts as english } from '../en/shortcuts.ts'
import type { Translated } from '../translated.ts'

export const shortcuts: Translated<typeof english> = {
  shortcuts: {
    title: '键盘快捷键',
    groups: { list: '在文件中', files: '对所选文件', batches: '在批次上', window: '任意位置' },
    does: {
      move: '上一个或下一个文件',
      page: '向上或向下翻页',
      ends: '第一个或最后一个文件',
      stretch: '向上或向下多选一个',
      toggleChosen: '选择或取消选择此文件',
      chooseAll: '选择所有显示的文件',
      chooseNone: '取消选择',
      menu: '可执行的操作',
      showDetails: '显示详情',
      toggleDetails: '显示或隐藏详情',
      toggleLayout: '列表或网格',
      pause: '暂停',
      resume: '继续',
      retry: '重试',
      moveToTop: '移到最前',
      open: '在服务器上打开',
      copyLink: '复制链接',
      showInFolder: '在文件夹中显示',
      removeFinished: '从列表中移除已结束的文件',
      cancel: '取消',
      moveBatch: '在队列中上移或下移',
      search: '按名称搜索',
      nextPart: '窗口的下一个或上一个区域',
      close: '关闭对话框或菜单',
      shortcuts: '显示此列表',
    },
  },
}
