"""The worker of Lorabench: one process trains or generates for one job, from files to files."""
