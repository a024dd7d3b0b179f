"""What a user has becomes pixels: the first step of every reading.

::

    pixels    arrays of any depth → 8 bits; transparency, EXIF rotation, limits
    decode    bytes of a picture file → pixels; the only module that opens files with Pillow
    sources   a path, bytes, a file, a Pillow image or an array → picture; the pictures of folders
    sheet     the paper in a photo, found, cut out and straightened
"""
