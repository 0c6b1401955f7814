import { Button } from '@mantine/core'
import { Link } from 'react-router'
import { Empty } from '../ui/states'

export default function Missing() {
  return (
    <>
      <Empty title="There is no such view">The address may be of another version of the console.</Empty>
      <Button component={Link} to="/" variant="light" display="block" mx="auto" w="fit-content">
        To the overview
      </Button>
    </>
  )
}
