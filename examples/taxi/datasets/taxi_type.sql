select code as taxi_type_key, meaning as taxi_type
from taxi_codes
where list = 'taxi_type'
