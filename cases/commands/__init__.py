"""Writing: one function per act. A command takes the connection of somebody's transaction."""
