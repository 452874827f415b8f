select code as ratecode_key, meaning as ratecode
from taxi_codes
where list = 'ratecode'
