/** 简体中文: the servers in the settings, and what testing one finds. */
import type { servers as english } from '../en/servers.ts'
import type { Translated } from '../translated.ts'

export const servers: Translated<typeof english> = {
  servers: {
    title: '照片存储位置',
    hint: '新批次将上传到选中的服务器；也可以为每个批次另选服务器。',
    bundled: '这台电脑',
    bundledHint: 'PhotoFerry 在本机运行自带的服务器，照片保存在此文件夹中。',
    unnamed: '新服务器',
    add: '添加服务器',
    remove: '移除此服务器',
    removed: '原定上传到该服务器的批次会等待，直到为其另选服务器。',
    name: '名称',
    namePlaceholder: '工作室',
    nameMissing: '请输入名称，例如“工作室”',
    nameTaken: '已有同名的服务器',
    url: '服务器地址',
    urlPlaceholder: 'https://photos.example.com',
    urlInvalid: '请输入完整的地址，例如 https://photos.example.com',
    urlNoScheme: '地址应以 https:// 或 http:// 开头',
    token: '访问令牌',
    tokenHint: '服务器首次启动时会显示。',
    tokenPlain: '不使用 https 时，途中的任何人都能看到令牌和照片。',
    test: '测试连接',
    testOk: '{{host}} 是 PhotoFerry 服务器，并接受此令牌。',
    certificate: '服务器出示的证书',
    certificateFor: '颁发给 {{subject}}，颁发者 {{issuer}}，有效期至 {{day}}',
    certificateAsk:
      '请将此指纹与服务器上的指纹核对，只有完全一致时才能信任，因为没有其他机构为此服务器担保。',
    trust: '信任此证书',
    trusted: '仅信任具有以下指纹的证书：',
    forget: '不再信任',
    library: '照片库文件夹',
    libraryHint: '留空则使用默认文件夹。已存储的照片保留在原处。',
    libraryInvalid: '请输入完整路径，从根目录或盘符开始',
    libraryChoose: '选择…',
  },
}
