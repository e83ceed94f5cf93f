/** The program around the face: a browser tab on loopback, or the desktop window. */
export { SessionEnded, type ChosenFile, type GrantProgress, type Host, type HostConnection } from './host.ts';
export { webHost } from './web.ts';
export { filesOfDrop, filesOfInput } from './chosen-files.ts';
export { UploadRefused } from './upload.ts';
