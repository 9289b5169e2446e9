export { connect, DirectoryError, type Directory } from './directory.js';
export { follow, type FollowOptions, type Handle, type PositionStore } from './follow.js';
export type { DirectoryEvent, DirectoryGroup, DirectoryUser } from './types.js';
