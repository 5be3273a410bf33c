"""The clinician's pages: people, one person on one screen, taper and rotation workbench, sources, audit."""
