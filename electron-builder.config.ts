import type { Configuration } from 'electron-builder';

/** One package: for which system, out of what. Paths are absolute or relative to the repository root. */
export interface Packing {
  platform: NodeJS.Platform;
  arch: string;
  /** An unpacked Electron, and its version. */
  electronFolder: string;
  electronVersion: string;
  /** The program of the Node that is shipped, and its licence. */
  node: string;
  nodeLicence: string;
  /** Folders of installed packages that are not shipped: what they hold is bundled, or was needed to install alone. */
  leftOut: readonly string[];
  /** Where tools/packing/icons.ts has drawn. */
  icons: string;
  output: string;
  /** For tests: a debugger may attach to main, which is how the window is driven. */
  forTests: boolean;
}

/** What a plain Node reads: it cannot look into app.asar. Main and preload alone stay inside. */
const unpacked = ['package.json', 'dist/node/**', 'dist/renderer/**', 'resources/samples/**', 'node_modules/**'];

/** What no running program reads: sources, declarations, maps, manuals, build files. */
const forDevelopers = [
  '!node_modules/**/*.{ts,mts,cts,map,md,markdown,c,cc,cpp,h,hpp,gyp,gypi}',
  '!node_modules/onnxruntime-node/{lib,script}/**',
  '!node_modules/sharp/{src,install}/**',
  '!dist/**/*.map',
];

/** Libraries for graphics cards, where onnxruntime-node's own installer has fetched them: inference is on the processor. */
const forGraphicsCards = '!node_modules/onnxruntime-node/**/*onnxruntime_providers_*';

/** The configuration of electron-builder for one package. */
export function packageConfiguration(packing: Packing): Configuration {
  const { platform, arch } = packing;
  return {
    appId: 'org.drydock.Drydock',
    productName: 'Drydock',
    copyright: 'Copyright 2026 the authors of Drydock',
    // The program tells of no update and looks for none.
    publish: null,
    electronDist: packing.electronFolder,
    electronVersion: packing.electronVersion,
    // The interface is in English, and so are Chromium's own few words.
    electronLanguages: platform === 'darwin' ? ['en'] : ['en-US'],
    // Native modules are Node-API prebuilds that no Electron loads: the shipped Node does.
    npmRebuild: false,
    allowMissingDependencies: false,
    asar: true,
    asarUnpack: unpacked,
    extraMetadata: {
      main: 'dist/electron/main.cjs',
      homepage: 'https://drydock.invalid/',
      author: 'the authors of Drydock',
      desktopName: 'drydock-desktop.desktop',
    },
    files: [
      'dist/{electron,node,renderer}/**',
      'resources/samples/**',
      'LICENSE',
      'NOTICE',
      ...packing.leftOut.map((folder) => `!${folder}/**`),
      `!node_modules/onnxruntime-node/bin/napi-v6/!(${platform})/**`,
      `!node_modules/onnxruntime-node/bin/napi-v6/${platform}/!(${arch})/**`,
      forGraphicsCards,
      ...forDevelopers,
    ],
    extraResources: [
      { from: packing.node, to: platform === 'win32' ? 'node/node.exe' : 'node/node' },
      { from: packing.nodeLicence, to: 'node/LICENSE' },
      ...(platform === 'linux' ? [{ from: `${packing.icons}/linux/256x256.png`, to: 'icon.png' }] : []),
      platform === 'win32'
        ? { from: 'resources/packaging/drydock.cmd', to: 'bin/drydock.cmd' }
        : { from: 'resources/packaging/drydock', to: 'bin/drydock' },
    ],
    electronFuses: fuses(packing),
    directories: { output: packing.output, buildResources: 'resources/packaging' },
    fileAssociations: [
      {
        ext: 'onnx',
        name: 'ONNX model',
        description: 'ONNX model',
        mimeType: 'application/x-onnx',
        role: 'Viewer',
        rank: 'Alternate',
      },
    ],
    ...systems(packing),
  };
}

/** What a packed Electron can be made to do from outside; each is told in docs/release.md. */
function fuses({ electronVersion, platform, forTests }: Packing): NonNullable<Configuration['electronFuses']> {
  return {
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: forTests,
    onlyLoadAppFromAsar: true,
    // There is no such check on Linux.
    enableEmbeddedAsarIntegrityValidation: platform !== 'linux',
    // Nothing is kept in a cookie, and the key would be asked of the system's key ring at every first start.
    enableCookieEncryption: false,
    loadBrowserProcessSpecificV8Snapshot: false,
    // Electron has this fuse from 29 on.
    ...(Number.parseInt(electronVersion, 10) >= 29 ? { grantFileProtocolExtraPrivileges: false } : {}),
  };
}

function systems({ icons, arch }: Packing): Configuration {
  const archOfTarget = arch as 'x64' | 'arm64';
  return {
    linux: {
      target: ['dir', 'deb', 'AppImage'],
      // `drydock` is the command line.
      executableName: 'drydock-desktop',
      icon: `${icons}/linux`,
      category: 'Science',
      synopsis: 'Decides, with evidence, whether a machine-learning model may ship',
      maintainer: 'the authors of Drydock <authors@drydock.invalid>',
      // Chromium's sandbox stays on.
      executableArgs: [],
      syncDesktopName: true,
      desktop: {
        entry: {
          Keywords: 'ONNX;machine learning;inference;model;',
          StartupNotify: 'true',
          // What the window calls itself on X11 (app.setName); on Wayland it is named after `desktopName`.
          StartupWMClass: 'Drydock',
        },
      },
    },
    deb: {
      packageCategory: 'science',
      // As in the AppImage. xz saves some size and takes many times as long.
      compression: 'gz',
      fpm: ['resources/packaging/drydock-in-path=/usr/bin/drydock'],
    },
    appImage: { artifactName: '${productName}-${version}-${arch}.${ext}' },
    win: { target: [{ target: 'nsis', arch: archOfTarget }], icon: `${icons}/drydock.ico` },
    nsis: {
      oneClick: false,
      perMachine: false,
      allowToChangeInstallationDirectory: true,
      deleteAppDataOnUninstall: false,
      differentialPackage: false,
    },
    mac: {
      target: [
        { target: 'dmg', arch: archOfTarget },
        { target: 'zip', arch: archOfTarget },
      ],
      icon: `${icons}/drydock.icns`,
      category: 'public.app-category.developer-tools',
      hardenedRuntime: true,
      entitlements: 'resources/packaging/entitlements.mac.plist',
      entitlementsInherit: 'resources/packaging/entitlements.mac.plist',
    },
    dmg: { writeUpdateInfo: false },
  };
}
