package dev.gantry.linux.file;

/**
 * An entry of a directory.
 *
 * @param name as {@link FileName} decodes it
 */
public record DirEntry(String name, FileType type, long inode) {}
