SELECT transfers(8192);
