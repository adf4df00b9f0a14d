"""The simulators that there are: an import here is all the registration that one needs.

A feed that a real source publishes has none. Contracts can't list them, for they know no producer.
"""

from producers.dossier import DossierSimulator as DossierSimulator
from producers.eoffice import EofficeSimulator as EofficeSimulator
from producers.petition import PetitionSimulator as PetitionSimulator
from producers.press import PressSimulator as PressSimulator
from producers.traffic import TrafficSimulator as TrafficSimulator
