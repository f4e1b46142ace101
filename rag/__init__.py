"""Ask an archive in plain words; get the archivists' own words back, dated and cited."""
