/** Id of the project that the migration makes: that of every key that names no other, and of requests without a key. */
export const localProject = 'proj_local';
