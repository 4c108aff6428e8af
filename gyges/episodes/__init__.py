"""Episodes: what is run, how it is logged, and how a log is verified and watched again."""
