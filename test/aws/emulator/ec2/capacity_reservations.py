"""Capacity reservations: refused like launches, and remembered until they are cancelled."""

import uuid

from moto.ec2.responses import EC2Response

from .launch import check_capacity, check_offering

# By id: the type and the zone.
RESERVED = {}


def body(action, inner):
    """Returns an answer in the protocol of EC2."""
    return (
        f'<{action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">'
        f"<requestId>{uuid.uuid4()}</requestId>{inner}</{action}Response>"
    )


def create(response):
    """Reserves capacity if a launch would find some."""
    kind = response._get_param("InstanceType")
    zone = response._get_param("AvailabilityZone")
    check_offering(kind, zone)
    check_capacity(kind, zone, spot=False)
    identity = f"cr-{uuid.uuid4().hex[:17]}"
    RESERVED[identity] = f"{kind}@{zone}"
    inner = f"<capacityReservationId>{identity}</capacityReservationId><state>active</state>"
    return body(
        "CreateCapacityReservation", f"<capacityReservation>{inner}</capacityReservation>"
    )


def cancel(response):
    """Cancels a reservation."""
    RESERVED.pop(response._get_param("CapacityReservationId"))
    return body("CancelCapacityReservation", "<return>true</return>")


def install():
    """Adds the calls, which moto lacks."""
    EC2Response.create_capacity_reservation = create
    EC2Response.cancel_capacity_reservation = cancel
