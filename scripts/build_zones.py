"""Build the maritime zones and the land that the package carries.

Run it after a change of the islets, the boundaries, the claim sets or the Natural Earth release::

    python scripts/build_zones.py --sources FOLDER              # everything, some ten minutes
    python scripts/build_zones.py --sources FOLDER --only japan --only differences
    python scripts/build_zones.py --sources FOLDER --only check

FOLDER keeps what is downloaded by the clients of PyPI and npm. What it does: land of each
country and province; the distance of any point to each country's coast; contours of these
distances as first guesses, each vertex then moved onto the exact line; all lines noded into
faces, each face labelled by the rules of a claim set; faces merged by label and written as
arcs that know the zone on either side. So the zones cannot overlap or leave gaps.

The method's numbers, and how its lines lie against treaties and another coastline, are in
design/zones.md.
"""

from zonemaking.build import main

if __name__ == "__main__":
    main()
