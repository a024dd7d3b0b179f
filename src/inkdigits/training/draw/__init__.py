"""Ink and scenes that the project draws itself, from a seed: one scribe, one camera.

::

    the scribe   pen_styles  the points of each digit      pen          strokes with pressure
                 writer      habits, and a character       proportions  how a writer stretches digits
                 glyphs      real digits to compose from   raster       what is done to ink in pixels
                 hands       real writers' pen strokes     other_marks  words, ticks, what is no digit
    written      digit       single digits                 texts        what people write
                 number      whole numbers by the pen      by_hand      whole numbers by real hands
                 scribe      who writes, and what          cells        characters in a comb
                 spacing     characters side by side       joined_strokes  digits that touch
    on paper     scene       a picture and all its marks   rulings      the lines printed there
                 cell        a number on its paper
                 page        whole pages                   canvas       a page's ink and its owners
                 form        a form to fill in      desk         a sheet photographed on a desk
    the camera   camera      light, shadow, blur, noise, JPEG, turns
    distorted    augment     distortions of digits         scan_faults  faults of pens and scans
                 non_digits  what is no digit
"""
