"""What a user has becomes pixels: the first step of every reading.

::

    pixels    arrays of any depth → 8 bits; transparency, EXIF rotation, limits
    formats   what opens a file, by its first bytes      ┐
    pdf       pages of a PDF                             ├ decode   bytes of a picture file → pixels
    paths     the pictures of folders, the pages of files
    sources   a path, bytes, a file, a Pillow image or an array → picture
    deferred  a picture in an archive, a table, behind an address
    preview   a picture as the address of a small one that a notebook can show
    sheet     the paper in a photo, found, cut out and straightened
    upright   a picture that lies askew or on a side, turned
"""
